"""What is on: tracks, speakers, sessions."""

from __future__ import annotations

TRACKS = [("Everyone", 195), ("Point of care", 165), ("Imaging and AI", 275), ("Pathways", 45), ("Data and rules", 345)]

# name, looks (skin, hair, Long or Short, glasses: see portraits.py), job title, organisation, biography
SPEAKERS = [
    ("Dr Amara Okonkwo", "50L", "Clinical Director of Pathology", "Arden Hospitals NHS Trust", "Amara leads the laboratories of three hospitals and has moved a third of their routine tests closer to patients. She trained in Birmingham and Lagos."),
    ("Prof. Helen Whitcombe", "04Lg", "Professor of Translational Diagnostics", "Mercia University", "Helen's group turns biomarkers into tests that survive a winter on a busy ward. She chairs the university's diagnostics accelerator."),
    ("Rajesh Patel", "30S", "Chief Executive", "Severn Assays", "Rajesh founded Severn Assays in a garage in Smethwick; it now makes two million lateral-flow tests a month, all of them in the region."),
    ("Dr Siobhán Ní Cheallaigh", "05L", "Consultant in Emergency Medicine", "Arden Hospitals NHS Trust", "Siobhán runs the troponin-at-the-door pathway that halved waiting for chest pain. She still works two nights a week."),
    ("Tomasz Łukaszewicz", "02Sg", "Head of Regulatory Affairs", "Longbridge Imaging", "Tomasz has taken eleven devices through UKCA and CE marking, and can explain it without slides."),
    ("Dr Mei-Ling Chen", "10L", "Reader in Medical Imaging", "Mercia University", "Mei-Ling builds reconstruction methods for low-field MRI and tests them with the people who have to lie in the scanner."),
    ("Grace Adeyemi", "50L", "Lead Biomedical Scientist", "Arden Hospitals NHS Trust", "Grace looks after two hundred point-of-care devices and the eight hundred people who use them."),
    ("Dr Oliver Hartley", "03S", "GP and Clinical Lead for Diagnostics", "Black Country Primary Care", "Oliver brought spirometry and FeNO testing back into forty practices."),
    ("Fatima Al-Hassan", "21Lg", "Director of Procurement", "Midlands NHS Buying Partnership", "Fatima buys for nine trusts. She says no kindly, and tells you why."),
    ("Dr Daniel Ferreira", "21S", "Machine Learning Lead", "Longbridge Imaging", "Daniel's team validates imaging models against the scanners they will really meet."),
    ("Priya Raghunathan", "30L", "Health Economist", "Mercia University", "Priya works out what a test is worth before anybody has bought it."),
    ("Dr Kwame Mensah", "50Sg", "Consultant Radiologist", "Arden Hospitals NHS Trust", "Kwame reads chest films by day and audits the machines that read them by night."),
    ("Elin Bergström", "03L", "Programme Manager", "Community Diagnostic Centres, Midlands", "Elin opened six community diagnostic centres in eighteen months, two of them in former department stores."),
    ("Dr Yusuf Demir", "11S", "Senior Lecturer in Biosensors", "Mercia University", "Yusuf makes sensors from paper and carbon, and once from a bus ticket."),
    ("Charlotte Pell", "02L", "Partner", "Pell & Hart Solicitors", "Charlotte drafts the data agreements that let hospitals and companies work together, and keeps them to four pages."),
    ("Dr Anjali Deshmukh", "30L", "Consultant Microbiologist", "Arden Hospitals NHS Trust", "Anjali cut the time from blood culture to the right antibiotic from two days to one."),
    ("Marcus Bell", "40S", "Investment Director", "Black Country Growth Fund", "Marcus backs companies at the awkward age between prototype and production."),
    ("Dr Ewa Nowak", "03Lg", "Head of Genomics Laboratory Hub", "Midlands Genomics", "Ewa runs the laboratory that sequences for fourteen million people."),
    ("Samuel Osei", "50S", "Patient Partner", "Arden Hospitals NHS Trust", "Samuel lives with sickle cell disease and sits on every pathway board that will have him."),
    ("Dr Lucy Fairweather", "02L", "Information Governance Lead", "Midlands Secure Data Environment", "Lucy makes it possible to say yes to research, lawfully and in weeks."),
    ("Haruto Nakamura", "10Sg", "Product Director", "Kite Point-of-Care", "Haruto designs analysers for people wearing two pairs of gloves."),
    ("Dr Rebecca Lowe", "05L", "Screening Lead", "Public Health, West Midlands", "Rebecca plans lung and bowel screening where uptake is lowest."),
    ("Ibrahim Khan", "30S", "Service Designer", "Community Diagnostic Centres, Midlands", "Ibrahim walks every pathway as a patient before he draws it."),
    ("Dr Catherine Moreau", "04L", "Director of Evaluation", "Mercia University", "Catherine writes evaluations that finish before the pilot is forgotten."),
    ("Jonathan Reeve", "04S", "Chair", "West Midlands Health Technology Cluster", "Jonathan spent twenty years in diagnostics manufacturing and now spends his time introducing people to each other."),
]  # fmt: skip

# start, minutes, room (none: everybody), track (none: a break), title, abstract, speakers
PROGRAMME = [
    ("08:45", 30, "", "", "Registration and coffee in the foyer", "", []),
    ("09:15", 20, "", "Everyone", "Welcome: why a cluster, and why now", "What five million patients, four universities and two hundred companies can do together that none of them can do alone. How the cluster works, who pays for it, and what it will be judged by in three years.", ["Jonathan Reeve"]),
    ("09:35", 45, "", "Everyone", "Tests that survive a winter", "Every January the same thing happens: full wards, tired people, and a clever test left in its box. Helen and Amara open the day with five tests that made it through and five that did not, and what set them apart.", ["Prof. Helen Whitcombe", "Dr Amara Okonkwo"]),
    ("10:20", 25, "", "", "Coffee and the exhibition", "", []),
    ("10:45", 40, "Assembly Hall", "Point of care", "Troponin at the front door", "A blood test within ten minutes of arriving, read by the nurse who took it. Two years, 14,000 patients, and what the pathway costs and saves.", ["Dr Siobhán Ní Cheallaigh"]),
    ("10:45", 40, "Foundry", "Imaging and AI", "Reading chest films with a machine beside you", "An audit of 60,000 films read with and without assistance: what got faster, what got missed, and what the team changed.", ["Dr Kwame Mensah", "Dr Daniel Ferreira"]),
    ("10:45", 85, "Canal Room", "Data and rules", "Workshop: UKCA marking without tears", "Bring your device, leave with a route. For companies before their first submission. Thirty places; come early.", ["Tomasz Łukaszewicz"]),
    ("11:30", 40, "Assembly Hall", "Point of care", "Eight hundred users, two hundred devices", "Quality control when the laboratory has no walls: training that takes six minutes, locked-out operators, and connectivity that works on the fourth floor.", ["Grace Adeyemi"]),
    ("11:30", 40, "Foundry", "Imaging and AI", "MRI in a lorry: low-field scanning in the community", "What a 0.06-tesla scanner can and cannot see, and who comes when the scanner comes to them.", ["Dr Mei-Ling Chen"]),
    ("12:10", 65, "", "", "Lunch in the Glasshouse, posters and exhibition", "", []),
    ("13:15", 40, "Assembly Hall", "Pathways", "Six diagnostic centres in eighteen months", "Two department stores, a bank and a bingo hall. What the buildings taught us about booking, signs and who does not come.", ["Elin Bergström", "Ibrahim Khan"]),
    ("13:15", 40, "Foundry", "Data and rules", "Saying yes to research in weeks, not years", "How the secure data environment decides, what an application needs, and the four-page agreement that companies may copy.", ["Dr Lucy Fairweather", "Charlotte Pell"]),
    ("13:15", 165, "Canal Room", "Pathways", "Meet the buyer: fifteen-minute tables", "Companies meet the people who buy for nine trusts. Book a table at the desk; a few are kept for walk-ins.", ["Fatima Al-Hassan"]),
    ("14:00", 40, "Assembly Hall", "Pathways", "Breathing again: spirometry back in forty practices", "A primary-care network rebuilt lung testing after it had all but vanished. Staffing, rooms, quality, and the waiting list now.", ["Dr Oliver Hartley"]),
    ("14:00", 40, "Foundry", "Point of care", "Sensors from paper, carbon and a bus ticket", "Cheap electrochemistry that holds its calibration, with a live test on the speaker.", ["Dr Yusuf Demir", "Haruto Nakamura"]),
    ("14:40", 25, "", "", "Tea", "", []),
    ("15:05", 40, "Assembly Hall", "Pathways", "What is a test worth before anyone has bought it?", "Early economic models that a founder can run on a kitchen table and a commissioner will still believe.", ["Priya Raghunathan", "Marcus Bell"]),
    ("15:05", 40, "Foundry", "Point of care", "From blood culture to the right antibiotic in a day", "Rapid identification changed nothing until the ward round moved. How the two were fitted together.", ["Dr Anjali Deshmukh"]),
    ("15:50", 40, "Assembly Hall", "Imaging and AI", "Screening where uptake is lowest", "Lung checks in supermarket car parks and letters people answer. Numbers from three towns.", ["Dr Rebecca Lowe"]),
    ("15:50", 40, "Foundry", "Data and rules", "Genomes for fourteen million people", "What a regional genomic laboratory can take on next, and what it asks of companies.", ["Dr Ewa Nowak"]),
    ("16:30", 35, "", "Everyone", "Panel: nothing about us without us", "A patient partner questions a buyer, a maker and an evaluator. Questions from the room.", ["Samuel Osei", "Rajesh Patel", "Dr Catherine Moreau", "Fatima Al-Hassan"]),
    ("17:05", 55, "", "", "Reception, hosted by Severn Assays", "", []),
]  # fmt: skip
